#import <UIKit/UIKit.h>

#import "shell/Picture.h"

NS_ASSUME_NONNULL_BEGIN

// The views of a product side by side.
@interface ThumbnailsView : UIStackView

- (void)showPictures:(NSArray<Picture*>*)pictures;

@end

NS_ASSUME_NONNULL_END
