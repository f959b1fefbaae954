#import <UIKit/UIKit.h>

#import "shell/Picture.h"
#import "shell/Services.h"

NS_ASSUME_NONNULL_BEGIN

// One product, in pictures: what it is, and more views of it.
@interface ProductViewController : UIViewController

// Called when the user wants to take another view with the camera; nil where
// there is no camera to take it with.
@property(nonatomic, copy, nullable) void (^takeView)(ProductViewController* product);
@property(nonatomic, readonly) NSUInteger count;
// How many views may still come.
@property(nonatomic, readonly) NSUInteger missing;

- (instancetype)initWithServices:(Services*)services NS_DESIGNATED_INITIALIZER;
- (instancetype)initWithNibName:(nullable NSString*)nibName
                         bundle:(nullable NSBundle*)bundle NS_UNAVAILABLE;
- (nullable instancetype)initWithCoder:(NSCoder*)coder NS_UNAVAILABLE;

// As many as may still come.
- (void)addPictures:(NSArray<Picture*>*)pictures;

@end

NS_ASSUME_NONNULL_END
