#import <UIKit/UIKit.h>

@class RecognizedProduct;

NS_ASSUME_NONNULL_BEGIN

// What the camera sees, best first, and the button to the shop.
@interface ProductListView : UIView

// Called with the address of the best product when its button is tapped.
@property(nonatomic, copy, nullable) void (^openShop)(NSURL* url);

- (void)showProducts:(NSArray<RecognizedProduct*>*)products;

@end

NS_ASSUME_NONNULL_END
